package dev.adp.terraform.plugin;

import dev.adp.terraform.grpc.GrpcException;
import dev.adp.terraform.grpc.GrpcMethod;
import dev.adp.terraform.grpc.GrpcStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** The gRPC services of a plugin. Messages are bytes here: who answers them knows their fields. */
final class GrpcServices {
  private static final byte[] EMPTY = {};

  /** HealthCheckResponse with status SERVING. */
  private static final byte[] SERVING = {1 << 3, 1};

  private final HclLog log;

  GrpcServices(HclLog log) {
    this.log = log;
  }

  /** The provider's service and those that every plugin has, by the paths of their methods. */
  Map<String, GrpcMethod> all(
      String service, Map<String, Function<byte[], byte[]>> methods, Runnable whenShutDown) {
    var all = new HashMap<String, GrpcMethod>();
    methods.forEach(
        (name, method) -> all.put("/" + service + "/" + name, unary(name, method, () -> {})));
    all.put("/plugin.GRPCController/Shutdown", unary("Shutdown", _ -> EMPTY, whenShutDown));
    all.put("/plugin.GRPCStdio/StreamStdio", GrpcMethod.silent());
    all.put("/plugin.GRPCBroker/StartStream", GrpcMethod.silent());
    all.put("/grpc.health.v1.Health/Check", unary("Check", _ -> SERVING, () -> {}));
    return all;
  }

  /** One message in, one out, and then something to do once the answer has left. */
  private GrpcMethod unary(String name, Function<byte[], byte[]> method, Runnable afterwards) {
    return GrpcMethod.unary(
        request -> {
          long start = System.nanoTime();
          byte[] answer = answer(name, method, request);
          if (log.writes(HclLog.Level.TRACE)) {
            log.log(
                HclLog.Level.TRACE,
                "answered",
                "tf_rpc",
                name,
                "micros",
                String.valueOf((System.nanoTime() - start) / 1_000));
          }
          return answer;
        },
        afterwards);
  }

  private byte[] answer(String name, Function<byte[], byte[]> method, byte[] request) {
    try {
      return method.apply(request);
    } catch (RuntimeException | Error e) {
      // An error, too, is of this call alone: others may be making something meanwhile.
      // Its class and its place say what is broken; its text could hold a value.
      log.log(
          HclLog.Level.ERROR,
          "internal error",
          "tf_rpc",
          name,
          "error",
          e.getClass().getName(),
          "at",
          e.getStackTrace().length == 0 ? "" : e.getStackTrace()[0].toString());
      throw new GrpcException(
          GrpcStatus.INTERNAL, "internal error: " + e.getClass().getSimpleName());
    }
  }
}
