"""A slow, obviously right answer to "does this path enter this zone": sample everything, measure on the ellipsoid.

It shares no code with the package: geodesics by pyproj.Geod, distances as chords in earth-centred coordinates, inside by
ray casting in longitude and latitude (as GeoJSON defines its edges), rasters and sun by formulae of its own.
"""
