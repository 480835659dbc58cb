//! Small files, one for each way to write something.
