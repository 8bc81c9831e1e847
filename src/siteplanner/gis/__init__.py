"""Map data in files: layers read from GeoJSON, GeoPackage, Shapefile and OpenStreetMap extracts, and one GeoPackage written."""
