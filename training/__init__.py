"""Makes the text models of `meshnode.protocol.textmodel`; not part of the package."""
