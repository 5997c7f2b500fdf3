"""What somebody can file who was not there when a log was replayed: text, JSON, HTML."""
