"""What takes more than one answer: an appointment, a professional, times off, to whom. Kept in `KeyPerson.step`."""
