package dev.adp.store;

/**
 * A piece of the journal in memory. It is large and waits for as long as the database takes, so
 * whoever is done with it says so: what still points to it, and has grown old, would else keep it
 * until all of the heap is looked through.
 */
final class JournalText {
  private static final byte[] NONE = new byte[0];

  private byte[] bytes;

  JournalText(byte[] bytes) {
    this.bytes = bytes;
  }

  byte[] bytes() {
    return bytes;
  }

  /** Its rows are not read any more. */
  void release() {
    bytes = NONE;
  }
}
