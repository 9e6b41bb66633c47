"""For maintainers: new topics, languages and facts as files to fill in, and drafts by a translator."""
