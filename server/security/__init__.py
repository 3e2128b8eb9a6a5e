"""Who somebody is: passwords, access tokens, refresh tokens and the identity tokens of host sites."""
