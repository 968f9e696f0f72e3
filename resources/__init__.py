"""The materials library: teaching materials, their files, reviews and proofs of use.

Owns: Library, Material, Authorship, MaterialVersion, MaterialFile, MaterialPreview, MaterialSearch, Upload, Review, Reuse,
Download, Collection, CollectionItem, CollectionFollow, MaterialCall, MaterialType, Purpose, Equipment.
Announces: published, reviewed, reused, downloaded.
May import: communities, foundation. Must not know: events, metrics, network_portal.
"""
