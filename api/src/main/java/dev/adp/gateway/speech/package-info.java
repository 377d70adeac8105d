/**
 * What is said in calls: the messages of each provider's API, brought into the one form of
 * OpenTelemetry's conventions for generative AI. Knows nothing of connections or threads.
 */
@NullMarked
package dev.adp.gateway.speech;

import org.jspecify.annotations.NullMarked;
