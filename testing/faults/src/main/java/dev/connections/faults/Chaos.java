package dev.connections.faults;

import dev.connections.faults.history.Entry.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Injects faults until it is stopped: one thread of it those of processes, the other one those of the servers and of the
 * network, each by a shuffled deck of all its kinds, so that also a short run has all of them.
 */
final class Chaos {
    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(20);

    private final ServiceUnderFaults service;
    private final Source source;
    private final History history;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean failed;

    Chaos(ServiceUnderFaults service, Source source, History history) {
        this.service = service;
        this.source = source;
        this.history = history;
    }

    /** The kinds of faults of processes; those of workers come twice as often. */
    private enum OfProcesses {
        KILL_WORKER,
        KILL_WORKER_AGAIN,
        STOP_WORKER,
        STOP_WORKER_AGAIN,
        TERMINATE_WORKER,
        KILL_API,
        STOP_API,
        TERMINATE_API
    }

    /** The kinds of faults of servers and of the network. */
    private enum OfServers {
        KILL_BROKER,
        CRASH_DATABASE,
        CUT_DATABASE,
        CUT_KAFKA,
        CUT_BOTH,
        SILENCE_DATABASE,
        SILENCE_KAFKA,
        SILENCE_BOTH,
        RESET_DATABASE,
        CUT_SOURCE
    }

    private interface Injection<K> {
        void inject(K kind, Random random) throws InterruptedException;
    }

    void start(long seed) {
        threads.add(
                Thread.ofPlatform().name("chaos-processes").start(() -> run(OfProcesses.values(), this::inject, seed)));
        threads.add(
                Thread.ofPlatform().name("chaos-servers").start(() -> run(OfServers.values(), this::inject, seed + 1)));
    }

    /** Ends the faults of now, and injects no more. */
    void stop() throws InterruptedException {
        stop.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        if (failed) {
            throw new IllegalStateException("a fault could not be injected or healed; the output above names it");
        }
    }

    /** A service without a live process shows little: a process fault waits for most of the others. */
    private void awaitMost() throws InterruptedException {
        long until = System.nanoTime() + RECOVERY_LIMIT.toNanos();
        while (stop.getCount() > 0 && System.nanoTime() - until < 0) {
            long apis = service.apis.stream().filter(Member::isReady).count();
            long workers = service.workers.stream().filter(Member::isReady).count();
            if (apis >= 1 && workers >= service.workers.size() - 1) {
                return;
            }
            boolean ignored = stop.await(200, TimeUnit.MILLISECONDS);
        }
    }

    private <K> void run(K[] kinds, Injection<K> injection, long seed) {
        Random random = new Random(seed);
        List<K> deck = new ArrayList<>();
        try {
            while (!stop.await(random.nextLong(300, 1_500), TimeUnit.MILLISECONDS)) {
                if (deck.isEmpty()) {
                    Collections.addAll(deck, kinds);
                    Collections.shuffle(deck, random);
                }
                K kind = deck.removeLast();
                injection.inject(kind, random);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failed = true;
            throw e;
        }
    }

    private void inject(OfProcesses kind, Random random) throws InterruptedException {
        awaitMost();
        switch (kind) {
            case KILL_WORKER, KILL_WORKER_AGAIN -> kill(pick(service.workers, random), random);
            case STOP_WORKER, STOP_WORKER_AGAIN -> stopAndContinue(pick(service.workers, random), random);
            case TERMINATE_WORKER -> terminate(pick(service.workers, random), random);
            case KILL_API -> kill(pick(service.apis, random), random);
            case STOP_API -> stopAndContinue(pick(service.apis, random), random);
            case TERMINATE_API -> terminate(pick(service.apis, random), random);
        }
    }

    private void inject(OfServers kind, Random random) throws InterruptedException {
        Member member = pick(service.members().toList(), random);
        switch (kind) {
            case KILL_BROKER -> killBroker(random);
            case CRASH_DATABASE -> crashDatabase(random);
            case CUT_DATABASE -> cut("cut off database", member, TcpProxy.State.REFUSING, random, member.postgres);
            case CUT_KAFKA -> cut("cut off Kafka", member, TcpProxy.State.REFUSING, random, member.kafka);
            case CUT_BOTH ->
                cut("cut off both", member, TcpProxy.State.REFUSING, random, member.postgres, member.kafka);
            case SILENCE_DATABASE -> cut("silence database", member, TcpProxy.State.SILENT, random, member.postgres);
            case SILENCE_KAFKA -> cut("silence Kafka", member, TcpProxy.State.SILENT, random, member.kafka);
            case SILENCE_BOTH ->
                cut("silence both", member, TcpProxy.State.SILENT, random, member.postgres, member.kafka);
            case RESET_DATABASE -> {
                Instant from = Instant.now();
                service.members().forEach(each -> each.postgres.reset());
                record("reset database", "all", from, Set.of());
            }
            case CUT_SOURCE -> {
                Instant from = Instant.now();
                source.proxy.become(TcpProxy.State.REFUSING);
                pause(random, 500, 3_000);
                source.proxy.become(TcpProxy.State.OPEN);
                record("cut off source", "all", from, Set.of());
            }
        }
    }

    private void kill(Member member, Random random) throws InterruptedException {
        String worker = member.workerId();
        Instant from = Instant.now();
        member.child().kill();
        // Still as it was: the sweeper needs a moment to see it.
        Set<UUID> runs = member.role == Member.Role.WORKER ? service.runsOf(worker) : Set.of();
        pause(random, 500, 2_000);
        member.start();
        record("kill", member.name, from, runs);
    }

    private void stopAndContinue(Member member, Random random) throws InterruptedException {
        Instant from = Instant.now();
        member.child().pause();
        pause(random, 1_000, 10_000);
        member.child().resume();
        record("stop and continue", member.name, from, Set.of());
    }

    private void terminate(Member member, Random random) throws InterruptedException {
        Instant from = Instant.now();
        if (!member.child().terminate(60)) {
            System.out.println(member.name + " does not end 60 s after SIGTERM and is killed");
            member.child().kill();
        }
        pause(random, 100, 1_000);
        member.start();
        record("terminate", member.name, from, Set.of());
    }

    private void killBroker(Random random) throws InterruptedException {
        Instant from = Instant.now();
        service.kafka().kill();
        pause(random, 200, 3_000);
        service.startKafka();
        record("kill", "broker", from, Set.of());
    }

    private void crashDatabase(Random random) throws InterruptedException {
        Instant from = Instant.now();
        service.postgres.crash();
        try {
            pause(random, 200, 3_000);
        } finally {
            service.postgres.start();
        }
        record("crash", "database", from, Set.of());
    }

    private void cut(String kind, Member member, TcpProxy.State how, Random random, TcpProxy... proxies)
            throws InterruptedException {
        Instant from = Instant.now();
        for (TcpProxy proxy : proxies) {
            proxy.become(how);
        }
        pause(random, 1_000, 9_000);
        for (TcpProxy proxy : proxies) {
            proxy.become(TcpProxy.State.OPEN);
        }
        record(kind, member.name, from, Set.of());
    }

    private void pause(Random random, long fromMs, long toMs) throws InterruptedException {
        boolean ignored = stop.await(random.nextLong(fromMs, toMs), TimeUnit.MILLISECONDS);
    }

    private void record(String kind, String target, Instant from, Set<UUID> runs) {
        Fault fault = new Fault(kind, target, from, Instant.now(), runs);
        history.add(fault);
        System.out.println(fault.from() + " " + kind + " " + target);
    }

    private static Member pick(List<Member> members, Random random) {
        return members.get(random.nextInt(members.size()));
    }
}
