"""Understanding: the Rasa graph components that `config.yml` names: language, sentence vector, intent, decision."""
