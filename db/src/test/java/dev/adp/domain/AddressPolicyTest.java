package dev.adp.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {
  private static final AddressPolicy PUBLIC_ONLY = AddressPolicy.of(List.of(), Set.of(8080));
  private static final AddressPolicy EVERYTHING =
      AddressPolicy.of(List.of("0.0.0.0/0", "::/0"), Set.of(8080));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::7f00:1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "100::1",
        "100:0:0:1::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "5f00::1",
        "fd00:ec2::254",
        "fd00:ec2::23",
        "fd00:ec2::123",
        "fd20:ce::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "::ffff:0:a9fe:a9fe", // IPv4 translated, as SIIT has it.
        "1::1",
        "4000::1",
        "fe00::1"
      })
  void whatIsNeverAnUpstreamIsRefusedWhateverIsAllowed(String address) {
    assertThat(EVERYTHING.refusal("x", InetAddress.ofLiteral(address), 443)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.9.9.9", "172.16.0.1", "172.31.255.255",
        "192.168.1.1", "::1", "fc00::1", "fdff::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1"
      })
  void privateAddressesNeedTheOperatorsWord(String address) {
    InetAddress target = InetAddress.ofLiteral(address);
    assertThat(PUBLIC_ONLY.refusal("x", target, 443))
        .hasValueSatisfying(text -> assertThat(text).contains("ADP_UPSTREAM_ALLOW"));
    assertThat(EVERYTHING.refusal("x", target, 443)).isEmpty();
  }

  /** Other spellings of loopback, as an attacker would try them. */
  @ParameterizedTest
  @ValueSource(strings = {"2130706433", "127.1", "127.0.1", "::ffff:7f00:1", "0:0:0:0:0:0:0:1"})
  void spellingsDoNotMatterSinceTheAddressDecides(String spelling) {
    assertThat(PUBLIC_ONLY.refusal(spelling, InetAddress.ofLiteral(spelling), 443)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "11.0.0.1"})
  void thePublicInternetIsOpen(String address) {
    assertThat(PUBLIC_ONLY.refusal("x", InetAddress.ofLiteral(address), 443)).isEmpty();
  }

  @Test
  void hostsAndNetworksAreAllowedOneByOne() {
    var policy = AddressPolicy.of(List.of("10.1.0.0/16", "VLLM.internal."), Set.of());
    InetAddress inside = InetAddress.ofLiteral("10.1.2.3");
    InetAddress outside = InetAddress.ofLiteral("10.2.2.3");
    assertThat(policy.refusal("any", inside, 443)).isEmpty();
    assertThat(policy.refusal("any", outside, 443)).isPresent();
    assertThat(policy.refusal("vllm.INTERNAL", outside, 443)).isEmpty();
    assertThat(policy.refusal("vllm.internal", InetAddress.ofLiteral("169.254.169.254"), 80))
        .isPresent();
  }

  @Test
  void ourOwnPortsOnThisMachineAreNoUpstreams() throws SocketException {
    assertThat(EVERYTHING.refusal("localhost", InetAddress.ofLiteral("127.0.0.1"), 8080))
        .hasValueSatisfying(text -> assertThat(text).contains("8080"));
    List<InetAddress> here =
        NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).toList();
    assertThat(here)
        .isNotEmpty()
        .allSatisfy(own -> assertThat(EVERYTHING.refusal("x", own, 8080)).isPresent());
  }

  /** LocalAI and llama.cpp listen on 8080 by default, and they have a machine of their own. */
  @Test
  void thePortOfAnotherMachineIsNotOurs() {
    assertThat(EVERYTHING.refusal("localai", InetAddress.ofLiteral("10.0.0.9"), 8080)).isEmpty();
    assertThat(EVERYTHING.refusal("x", InetAddress.ofLiteral("1.1.1.1"), 8080)).isEmpty();
  }

  /** Whoever is reachable from everywhere could call himself, again and again. */
  @Test
  void aPublicAddressOfThisMachineIsOurs() {
    InetAddress ours = InetAddress.ofLiteral("1.1.1.1");
    var policy = AddressPolicy.of(List.of(), new OwnServices(Set.of(8090), ours::equals, Set.of()));
    assertThat(policy.refusal("x", ours, 8090)).isPresent();
    assertThat(policy.refusal("x", ours, 443)).isEmpty();
    assertThat(policy.refusal("x", InetAddress.ofLiteral("1.1.1.2"), 8090)).isEmpty();
  }

  @Test
  void theDatabaseIsNoUpstreamWhereverItIs() {
    var database = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.5"), 5432);
    var here = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 5433);
    var policy =
        AddressPolicy.of(
            List.of("0.0.0.0/0", "::/0"), OwnServices.of(Set.of(), Set.of(database, here)));
    assertThat(policy.refusal("db", database.getAddress(), 5432)).isPresent();
    assertThat(policy.refusal("db", database.getAddress(), 8000)).isEmpty();
    assertThat(policy.refusal("x", InetAddress.ofLiteral("10.0.0.6"), 5432)).isEmpty();
    assertThat(policy.refusal("x", InetAddress.ofLiteral("::1"), 5433)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/x", "fc00::/129", "a b", "http://x"})
  void nonsenseIsNamed(String entry) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AddressPolicy.of(List.of(entry), Set.of()));
  }
}
