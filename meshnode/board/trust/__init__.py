"""Who belongs and who may do what: charter, certificates, roles, revocations."""
