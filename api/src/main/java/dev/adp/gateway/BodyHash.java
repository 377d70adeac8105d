package dev.adp.gateway;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 of a body, taken as it arrives. */
final class BodyHash {
  static final String OF_NOTHING = new BodyHash().hex();

  /** What is hashed at one go: about a millisecond of work. */
  private static final int SLICE_BYTES = 1 << 20;

  private final MessageDigest digest = sha256();

  /** Takes the next piece. */
  BodyHash accept(Buffer piece) {
    digest.update(piece.getBytes());
    return this;
  }

  /** The hash of all pieces in lower-case hexadecimal; may be asked for once. */
  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Hashes a body that is there already. A large one is done slice by slice, with the other calls
   * of this event loop in between.
   *
   * @return complete at once when the body is small
   */
  static Future<String> of(Buffer body) {
    var hash = new BodyHash();
    Context context = Vertx.currentContext();
    if (body.length() <= SLICE_BYTES || context == null) {
      return Future.succeededFuture(hash.accept(body).hex());
    }
    Promise<String> done = Promise.promise();
    context.runOnContext(_ -> next(hash, body, 0, context, done));
    return done.future();
  }

  private static void next(
      BodyHash hash, Buffer body, int from, Context context, Promise<String> done) {
    int to = Math.min(body.length(), from + SLICE_BYTES);
    hash.accept(body.slice(from, to));
    if (to == body.length()) {
      done.complete(hash.hex());
    } else {
      context.runOnContext(_ -> next(hash, body, to, context, done));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
