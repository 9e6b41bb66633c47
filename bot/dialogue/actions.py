"""Runs the rasa-sdk actions inside this process: no second server to start, to secure, or to fail."""

from typing import Any, Iterable

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
