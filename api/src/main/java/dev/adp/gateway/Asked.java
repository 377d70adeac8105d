package dev.adp.gateway;

/**
 * What a call asks for.
 *
 * @param operation method and path, as the record names it
 * @param model empty when the call names none
 * @param streams whether the answer shall be a stream
 * @param shape in which the client expects errors
 * @param cachesLong whether what it writes to a cache shall stay there longer than usual
 * @param connectionTest whether it only tries a connection
 */
record Asked(
    String operation,
    String model,
    boolean streams,
    Target target,
    ErrorShape shape,
    String conversation,
    boolean cachesLong,
    boolean connectionTest) {

  /** The same with what a form has said in the meantime, unless the path says it. */
  Asked with(FormParts form) {
    return target.model() instanceof ModelIn.Path
        ? this
        : new Asked(
            operation,
            form.first(FormParts.MODEL).orElse(model),
            streams || form.streams(),
            target,
            shape,
            conversation,
            cachesLong,
            connectionTest);
  }
}
