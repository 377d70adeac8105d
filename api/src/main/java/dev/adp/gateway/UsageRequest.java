package dev.adp.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Asks an OpenAI-style stream for its usage by an edit of the body's bytes: everything but {@code
 * stream_options.include_usage} stays as the client wrote it, digit by digit and space by space.
 */
final class UsageRequest {
  private static final String STREAM_OPTIONS = "stream_options";
  private static final String INCLUDE_USAGE = "include_usage";
  private static final int OPTIONS_BYTES_MAX = 4_096;

  private UsageRequest() {}

  /**
   * The body with usage asked for.
   *
   * @param members what was found in the body, {@code stream_options} among the wanted keys
   * @return empty when the client asks for it himself, or when the body cannot be edited safely
   */
  static Optional<Buffer> added(Buffer body, JsonMembers members) {
    if (!members.isObject()) {
      return Optional.empty();
    }
    var options = members.all(STREAM_OPTIONS);
    if (options.size() > 1) {
      return Optional.empty();
    }
    if (options.isEmpty()) {
      String member =
          "\"stream_options\":{\"include_usage\":true}" + (members.isEmptyObject() ? "" : ",");
      return Optional.of(
          spliced(body, members.objectStart() + 1, members.objectStart() + 1, member));
    }
    JsonMember member = options.getFirst();
    return switch (member.value()) {
      case JsonObject _ -> addedTo(body, member);
      case null -> // An explicit null, or something broken or larger than any options we know.
          member.bytes().map(Buffer::toString).equals(Optional.of("null"))
              ? Optional.of(
                  spliced(body, member.valueStart(), member.valueEnd(), "{\"include_usage\":true}"))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<Buffer> addedTo(Buffer body, JsonMember options) {
    var inner = new JsonMembers(JsonKeys.of(INCLUDE_USAGE), OPTIONS_BYTES_MAX);
    inner.accept(body.slice((int) options.valueStart(), (int) options.valueEnd()));
    var includeUsage = inner.all(INCLUDE_USAGE);
    if (includeUsage.isEmpty()) {
      long at = options.valueStart() + inner.objectStart() + 1;
      return Optional.of(
          spliced(body, at, at, "\"include_usage\":true" + (inner.isEmptyObject() ? "" : ",")));
    }
    JsonMember last = includeUsage.getLast();
    if (includeUsage.size() > 1 || Boolean.TRUE.equals(last.value())) {
      return Optional.empty();
    }
    return Optional.of(
        spliced(
            body,
            options.valueStart() + last.valueStart(),
            options.valueStart() + last.valueEnd(),
            "true"));
  }

  private static Buffer spliced(Buffer body, long start, long end, String replacement) {
    return Buffer.buffer(body.length() + replacement.length())
        .appendBuffer(body.slice(0, (int) start))
        .appendBytes(replacement.getBytes(StandardCharsets.US_ASCII))
        .appendBuffer(body.slice((int) end, body.length()));
  }
}
