"""What the network is: the source's definitions, its table of directions with live links, the rules, the documents."""
