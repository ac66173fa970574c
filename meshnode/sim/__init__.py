"""The modelled world: one LoRa channel, virtual Meshtastic radios, worlds of engines."""
