package dev.adp.terraform.grpc;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a call begins with.
 *
 * @param path the method's service and name
 * @param encoding how messages are compressed that say that they are
 * @param timeout how long the client waits for an answer, as it has written it
 */
record RequestHead(
    String method, String path, String contentType, String encoding, Optional<String> timeout) {
  private static final String CONNECTION_SPECIFIC =
      " connection proxy-connection keep-alive transfer-encoding upgrade ";

  /**
   * Reads the fields that matter.
   *
   * @return nothing if they are not those of a well-formed request
   */
  static Optional<RequestHead> of(List<Header> fields) {
    Map<String, String> known = new HashMap<>();
    boolean isRegular = false;
    for (Header field : fields) {
      String name = field.name();
      boolean isPseudo = name.startsWith(":");
      if (!isWellFormed(name)
          || (isPseudo && (isRegular || known.containsKey(name) || !isOfRequest(name)))) {
        return Optional.empty();
      }
      isRegular = !isPseudo;
      known.put(name, field.value());
    }
    String method = known.getOrDefault(":method", "");
    String path = known.getOrDefault(":path", "");
    if (method.isEmpty() || path.isEmpty() || !known.containsKey(":scheme")) {
      return Optional.empty();
    }
    return Optional.of(
        new RequestHead(
            method,
            path,
            known.getOrDefault("content-type", ""),
            known.getOrDefault("grpc-encoding", "identity"),
            Optional.ofNullable(known.get("grpc-timeout"))));
  }

  private static boolean isOfRequest(String name) {
    return name.equals(":method")
        || name.equals(":path")
        || name.equals(":scheme")
        || name.equals(":authority");
  }

  /** In small letters, and nothing that belongs to the connection. */
  private static boolean isWellFormed(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c <= ' ' || c >= 0x7f || (c >= 'A' && c <= 'Z')) {
        return false;
      }
    }
    return !name.isEmpty() && !CONNECTION_SPECIFIC.contains(" " + name + " ");
  }
}
