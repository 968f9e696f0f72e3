"""The demand map: what the network asks for and offers, by direction, subject and municipality; searches without a result count as demand."""
