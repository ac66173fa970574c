"""The doors: who may come in over TCP, how often, from which page; and what is handed out whole."""
