"""Understanding: Rasa graph components named in `config.yml`: language of the message, sentence encoder, intent, decision."""
