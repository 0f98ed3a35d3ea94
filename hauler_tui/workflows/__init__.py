"""The journeys across sources, library and haul: refresh, capture, publish."""
