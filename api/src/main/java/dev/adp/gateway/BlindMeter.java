package dev.adp.gateway;

import io.vertx.core.buffer.Buffer;

/** For answers that carry no usage: files, audio, errors. */
final class BlindMeter implements ResponseMeter {
  @Override
  public Buffer accept(Buffer piece) {
    return piece;
  }

  @Override
  public Buffer end() {
    return Buffer.buffer();
  }

  @Override
  public boolean complete() {
    return false;
  }

  @Override
  public Reported reported() {
    return Reported.NOTHING;
  }
}
