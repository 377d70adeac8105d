package dev.adp.gateway;

/** {@code golden/gaps.tsv}: what is known not to work yet, and why. */
final class GoldenGaps {
  private GoldenGaps() {}

  /**
   * Why a case is known to fail.
   *
   * @param test {@code replay}, {@code split} or {@code cut}
   * @return empty when it must not fail
   */
  static String of(String test, GoldenCase golden) {
    return GoldenCase.resource("gaps.tsv")
        .lines()
        .map(line -> line.split("\t", -1))
        .filter(gap -> gap[0].equals(test) && gap[1].equals(golden.toString()))
        .map(gap -> gap[2])
        .findFirst()
        .orElse("");
  }
}
