"""The addresses of bulletins, alerts, templates, the search and the words of forms."""
