/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak;

import dev.millrace.crash.Feeder;
import dev.millrace.soak.peers.BrokenTextPeer;
import dev.millrace.soak.peers.CollidingWords;
import dev.millrace.soak.peers.DrippingPeer;
import dev.millrace.soak.peers.EndlessLinePeer;
import dev.millrace.soak.peers.FloodOfNulls;
import dev.millrace.soak.peers.FloodingPeer;
import dev.millrace.soak.peers.HangingUpPeer;
import dev.millrace.soak.peers.NullsPeer;
import dev.millrace.soak.peers.NumberedFiles;
import dev.millrace.soak.peers.NumberedLines;
import dev.millrace.soak.peers.Pace;
import dev.millrace.soak.peers.Peer;
import dev.millrace.soak.peers.PeerServer;
import dev.millrace.soak.peers.RawBlocks;
import dev.millrace.soak.peers.ResettingPeer;
import dev.millrace.soak.peers.SilentPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;

/** All peers of the program. They go on while it is down. */
final class Surroundings implements AutoCloseable {
    private final Pace pace = new Pace();
    private final Feeder numbers = new Feeder(Long.MAX_VALUE);
    private final NumberedFiles files;
    private final NumberedLines honest;
    private final PeerServer lines;
    private final PeerServer text;
    private final PeerServer storm;
    private final PeerServer raw;
    private volatile boolean filesCome = true;

    Surroundings(SoakPlace place, Random random, LongSupplier phase, int nulls) throws IOException {
        files = new NumberedFiles(place.input(), random(random));
        honest = new NumberedLines(phase);
        lines = new PeerServer(random(random), pace, List.of(honest));
        text = new PeerServer(
                random(random),
                pace,
                List.of(
                        new ResettingPeer(),
                        new NullsPeer(),
                        new EndlessLinePeer(),
                        new BrokenTextPeer(),
                        new CollidingWords(),
                        new FloodingPeer(),
                        new DrippingPeer()));
        storm = new PeerServer(
                random(random),
                pace,
                List.of(
                        new HangingUpPeer(),
                        new HangingUpPeer(),
                        new HangingUpPeer(),
                        new HangingUpPeer(),
                        new ResettingPeer(),
                        new SilentPeer()));
        raw = new PeerServer(random(random), pace, rawPeers(nulls));
        pace.every(Duration.ofMillis(500), this::file);
        pace.every(Duration.ofSeconds(7), this::reset);
    }

    /** Now and then one who floods: what a block of his puts aside takes the program a minute. */
    private static List<Peer> rawPeers(int nulls) {
        List<Peer> peers = new ArrayList<>(Collections.nCopies(nulls == 0 ? 1 : 12, new RawBlocks()));
        if (nulls > 0) {
            peers.add(new FloodOfNulls(nulls));
        }
        return peers;
    }

    private static Random random(Random from) {
        return new Random(from.nextLong());
    }

    private void file() {
        if (filesCome) {
            files.write();
        }
    }

    private void reset() {
        try {
            numbers.reset();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SoakProgram.Ports ports() {
        return new SoakProgram.Ports(numbers.port(), lines.port(), text.port(), storm.port(), raw.port());
    }

    Pace pace() {
        return pace;
    }

    Feeder numbers() {
        return numbers;
    }

    NumberedFiles files() {
        return files;
    }

    NumberedLines lines() {
        return honest;
    }

    /** Files and numbers come to an end; all others go on. */
    void end() {
        filesCome = false;
        numbers.end();
    }

    String met() {
        return "text " + text.met() + ", storm " + storm.met() + ", raw " + raw.met() + ", honest " + lines.met();
    }

    @Override
    public void close() throws IOException {
        pace.close();
        numbers.close();
        for (PeerServer server : List.of(lines, text, storm, raw)) {
            server.close();
        }
    }
}
