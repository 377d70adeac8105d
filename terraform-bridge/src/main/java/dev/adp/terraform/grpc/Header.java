package dev.adp.terraform.grpc;

/** A header field. */
record Header(String name, String value) {
  private static final int OVERHEAD_BYTES = 32;

  /** What it takes in a table or a list, as RFC 7541, section 4.1, counts. */
  int bytes() {
    return name.length() + value.length() + OVERHEAD_BYTES;
  }
}
