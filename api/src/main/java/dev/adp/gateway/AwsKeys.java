package dev.adp.gateway;

import java.util.Optional;

/**
 * What calls of AWS are signed with.
 *
 * @param sessionToken comes with keys that were lent for a time
 */
record AwsKeys(String accessKeyId, String secretAccessKey, Optional<String> sessionToken) {
  @Override
  public String toString() {
    return "AwsKeys[" + accessKeyId + ", ***]";
  }
}
