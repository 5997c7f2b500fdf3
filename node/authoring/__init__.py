"""What an author of terms uses: a terms file read with its lines, judged, tried on examples, and explained."""
