package dev.adp.terraform.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class Http2StreamTest {
  /** Others may wait for the window of the connection, of which this data has taken its part. */
  @Test
  void whatWasSentLeavesAlsoWhenTheClientNoLongerWantsIt() throws IOException {
    var out = new ByteArrayOutputStream();
    var flow = new FlowControl();
    var stream = new Http2Stream(1, new FrameWriter(out), flow);
    flow.add(stream);
    stream.clientEnds();
    stream.send(new byte[] {7, 8, 9});
    stream.release();
    stream.end(new HeaderBlock().status200());
    var in = new FrameReader(new ByteArrayInputStream(out.toByteArray()));
    assertThat(in.next()).isTrue();
    assertThat(in.type()).isEqualTo(Frames.DATA);
    assertThat(in.length()).isEqualTo(3);
    assertThat(in.next()).isFalse();
  }
}
