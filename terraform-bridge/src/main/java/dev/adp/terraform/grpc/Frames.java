package dev.adp.terraform.grpc;

import java.nio.charset.StandardCharsets;

/** Numbers of RFC 9113: types of frames, flags, settings. */
final class Frames {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int ACK = 0x1;
  static final int END_STREAM = 0x1;
  static final int END_HEADERS = 0x4;
  static final int PADDED = 0x8;
  static final int PRIORITIZED = 0x20;

  static final int HEADER_TABLE_SIZE = 1;
  static final int ENABLE_PUSH = 2;
  static final int MAX_CONCURRENT_STREAMS = 3;
  static final int INITIAL_WINDOW_SIZE = 4;
  static final int MAX_FRAME_SIZE = 5;
  static final int MAX_HEADER_LIST_SIZE = 6;

  static final int HEADER_BYTES = 9;

  /** The longest payload that everybody takes. We take no longer one and send no longer one. */
  static final int PAYLOAD_BYTES_MAX = 16_384;

  /** The largest that a peer may ask for. */
  static final int PAYLOAD_BYTES_LIMIT = (1 << 24) - 1;

  /** What a client says first. */
  static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private Frames() {}
}
