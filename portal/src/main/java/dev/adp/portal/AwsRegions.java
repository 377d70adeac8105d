package dev.adp.portal;

import java.util.List;

/** Regions that have Bedrock, to choose from; others can be typed. */
final class AwsRegions {
  static final List<String> ALL =
      List.of(
          "us-east-1",
          "us-east-2",
          "us-west-1",
          "us-west-2",
          "us-gov-east-1",
          "us-gov-west-1",
          "ca-central-1",
          "sa-east-1",
          "eu-central-1",
          "eu-central-2",
          "eu-north-1",
          "eu-south-1",
          "eu-south-2",
          "eu-west-1",
          "eu-west-2",
          "eu-west-3",
          "ap-northeast-1",
          "ap-northeast-2",
          "ap-northeast-3",
          "ap-south-1",
          "ap-south-2",
          "ap-southeast-1",
          "ap-southeast-2",
          "ap-southeast-3",
          "ap-southeast-4",
          "me-central-1");

  private AwsRegions() {}
}
