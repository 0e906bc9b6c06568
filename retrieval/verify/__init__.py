"""Whether statements and claims follow from the sentences they are said to rest on."""
