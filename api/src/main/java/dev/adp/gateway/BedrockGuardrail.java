package dev.adp.gateway;

import dev.adp.domain.Guardrail;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** Puts the guardrail of a provider on its calls; one of the client's own gives way to it. */
final class BedrockGuardrail {
  /** Member of Converse bodies; their scan must look for it. */
  static final String MEMBER = "guardrailConfig";

  private static final String IDENTIFIER = "x-amzn-bedrock-guardrailidentifier";
  private static final String VERSION = "x-amzn-bedrock-guardrailversion";
  private static final int KEY_BYTES_MAX = 64;
  private static final Pattern PLAIN_KEY = Pattern.compile("(?s).*\"" + MEMBER + "\"\\s*:\\s*");

  private final Guardrail.Draft guardrail;

  BedrockGuardrail(Guardrail guardrail) {
    this.guardrail = guardrail.draft();
  }

  /** Puts it on a call of a surface that takes it in headers. */
  void put(MultiMap headers) {
    headers.set(IDENTIFIER, guardrail.identifier());
    headers.set(VERSION, guardrail.guardrailVersion());
  }

  /**
   * Puts it into a Converse body by an edit of its bytes: everything else stays as the client wrote
   * it.
   *
   * @param members what was found in the body
   * @return empty when it cannot be told what AWS would read in such a body
   */
  Optional<Buffer> put(Buffer body, JsonMembers members) {
    var own = members.allInAnyCase(MEMBER);
    if (!members.isObject() || own.size() > 1) {
      return Optional.empty();
    }
    String config =
        new JsonObject()
            .put("guardrailIdentifier", guardrail.identifier())
            .put("guardrailVersion", guardrail.guardrailVersion())
            .encode();
    if (own.isEmpty()) {
      long at = members.objectStart() + 1;
      String member = "\"%s\":%s%s".formatted(MEMBER, config, members.isEmptyObject() ? "" : ",");
      return Optional.of(spliced(body, at, at, member));
    }
    JsonMember member = own.getFirst();
    return isPlain(body, member)
        ? Optional.of(spliced(body, member.valueStart(), member.valueEnd(), config))
        : Optional.empty();
  }

  /** Whether its key is spelled in the one way that no reader takes for another. */
  private static boolean isPlain(Buffer body, JsonMember member) {
    int end = (int) member.valueStart();
    String before =
        body.slice(Math.max(0, end - KEY_BYTES_MAX), end).toString(StandardCharsets.ISO_8859_1);
    return PLAIN_KEY.matcher(before).matches();
  }

  private static Buffer spliced(Buffer body, long start, long end, String replacement) {
    return Buffer.buffer(body.length() + replacement.length())
        .appendBuffer(body.slice(0, (int) start))
        .appendBytes(replacement.getBytes(StandardCharsets.UTF_8))
        .appendBuffer(body.slice((int) end, body.length()));
  }
}
