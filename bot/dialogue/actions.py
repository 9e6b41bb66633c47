"""Runs the rasa-sdk actions inside this process: no second server to start, to secure, or to fail."""

from pathlib import Path
from typing import Any, Dict, Iterable, Optional, Union

from rasa.core.actions.action import Action as Step
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.processor import MessageProcessor
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor


class InProcessActions(EndpointConfig):
    """An action endpoint that calls the actions directly instead of over HTTP."""

    def __init__(self, actions: Iterable[Action]) -> None:
        super().__init__(url="in-process")
        self._executor = ActionExecutor()
        for action in actions:
            self._executor.register_action(action)

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        """What Rasa would have posted, answered by the action itself."""
        return await self._executor.run(kwargs["json"])


class InProcessAction(RemoteAction):
    """An action whose answer is not checked against a JSON schema at every turn.

    It is our own typed code, and Rasa compiles that schema anew each time: measured, four tenths of a turn.
    """

    def _validate_action_result(self, result: Dict[str, Any]) -> bool:
        return True


class InProcessProcessor(MessageProcessor):
    """Rasa's processor with actions as they are run here."""

    async def _run_action(self, action: Step, *args: Any, **kwargs: Any) -> bool:
        if type(action) is RemoteAction:
            action = InProcessAction(action.name(), self.action_endpoint)
        return await super()._run_action(action, *args, **kwargs)


class InProcessAgent(Agent):
    """Rasa's agent with that processor."""

    def load_model(self, model_path: Union[str, Path], fingerprint: Optional[str] = None) -> None:
        """Load the model; as Rasa does it, with another processor."""
        self.processor = InProcessProcessor(
            model_path=model_path,
            tracker_store=self.tracker_store,
            lock_store=self.lock_store,
            action_endpoint=self.action_endpoint,
            generator=self.nlg,
        )
        self.domain = self.tracker_store.domain = self.processor.domain
        self._set_fingerprint(fingerprint)
