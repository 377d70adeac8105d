package dev.adp.domain;

import dev.adp.domain.LatencyBins.Timing;
import java.util.Optional;

/**
 * How long calls of a model took.
 *
 * @param latency of all calls, from the head of the request to the end of the answer
 * @param firstToken of streams, until the first byte of the answer
 */
public record ModelLatency(String model, Optional<Timing> latency, Optional<Timing> firstToken) {}
