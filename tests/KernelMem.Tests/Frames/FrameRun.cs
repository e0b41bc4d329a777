using System;
using System.Collections.Generic;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Simulation;

namespace KernelMem.Tests.Frames;

/// <summary>How the allocator is called.</summary>
internal enum FrameDoor
{
    Handle,
    Cpu,
    Nmi,
}

/// <summary>What a random run makes beside allocating and freeing.</summary>
internal sealed record FrameRunKind
{
    /// <summary>Whether each step may be another CPU's.</summary>
    public bool ManyCpus { get; init; }

    /// <summary>Whether some steps are those of an NMI handler.</summary>
    public bool Nmi { get; init; }

    /// <summary>Whether there are nodes, and requests for memory of one.</summary>
    public bool Nodes { get; init; }

    /// <summary>Whether watermarks change.</summary>
    public bool Marks { get; init; }
}

/// <summary>A random run of one thread, each step held against the model.</summary>
internal sealed partial class FrameRun(FrameWorld world, FrameRunKind kind, Random random, string name)
{
    private const int FullCheckEvery = 40;

    private readonly FrameModel _model = new(world.Plan);
    private readonly List<Token> _live = [];
    private readonly List<Token> _past = [];
    private readonly List<(ulong Start, ulong Count)> _removed = [];
    private string _where = "";
    private FrameDoor _door;

    // Whether all free memory is in reach of the door: NMI handlers do not call in what others have at hand.
    private bool _sees = true;

    /// <summary>The right to free a block or a run.</summary>
    private readonly record struct Token(OwnedFrame Block, OwnedFrameRange? Run)
    {
        public ulong Start => Run?.Start.Number ?? Block.Start.Number;

        public FrameUse Use => Run?.Use ?? Block.Use;

        public uint Generation => Run?.Generation ?? Block.Generation;
    }

    public void Step(int step)
    {
        using SimulatedMachine.CpuScope scope = world.Machine.Enter(kind.ManyCpus ? random.Next(world.Plan.Cpus) : 0);
        ChooseDoor(step);

        // Phases of growth and of decline, so that memory runs out, and comes back.
        bool growing = step / 200 % 2 == 0;
        int choice = random.Next(100);
        if (choice < 8)
            FreeAnything();
        else if (choice < 14 && _past.Count != 0)
            FreeByToken(_past[random.Next(_past.Count)]);
        else if (choice < 20)
            ChangeReferences();
        else if (choice < 24)
            ChangeMemory();
        else if (choice < 26 && kind.Marks)
            ChangeMarks();
        else if (choice < 32)
            AllocateMany(growing);
        else if (choice < 36)
            FreeMany();
        else if (_live.Count != 0 && choice < (growing ? 52 : 78))
            FreeByToken(_live[random.Next(_live.Count)]);
        else
            Allocate();

        CheckZones();
        if (step % FullCheckEvery == 0)
            CheckFrames();
    }

    public void FreeEverything()
    {
        _where = $"{name}, end";
        _door = FrameDoor.Handle;
        _sees = true;
        foreach (Token token in _live.ToArray())
        {
            while (_model.BlockAt(token.Start)!.References > 1)
                Drop(token.Start, token.Use);

            FreeByToken(token);
        }

        CheckZones();
        CheckFrames();
        FrameStatistics end = world.Allocator.GetStatistics();
        Assert.AreEqual(end.TotalFrames - world.Allocator.FramesInUse(FrameUse.Reserved), end.FreeFrames, _where);
    }

    private void ChooseDoor(int step)
    {
        _door = kind.Nmi && random.Next(4) == 0 ? FrameDoor.Nmi : (FrameDoor)random.Next(2);
        _sees = true;
        if (_door == FrameDoor.Nmi && random.Next(2) == 0)
            _sees = false;
        else if (_door == FrameDoor.Nmi)
            CallIn();

        _where = $"{name}, step {step} on CPU {world.Machine.CurrentCpu.Id.Value} by {_door}{(_sees ? "" : ", blind")}";
    }

    // Counting free blocks first moves all frames at hand to the pool.
    private void CallIn()
    {
        foreach (MemoryZone zone in _model.Zones.Keys)
            world.Allocator.GetFreeBlocks(zone);
    }

    private void Allocate()
    {
        FrameWish wish = AnyWish();
        bool valid = FrameModel.IsValid(wish);
        List<MemoryZone> zones = valid ? _model.Serving(wish) : [];
        NodeDuty duty = zones.Count == 0 ? default : DutyOf(wish, zones);
        if (!Ask(wish).TryGet(out Token token, out FrameError error))
        {
            Assert.IsTrue(zones.Count == 0 || !_sees, $"{_where}: {error} for {wish}");
            FrameError expected = valid ? _model.Refuse(wish) : FrameError.InvalidRequest;
            bool blind = !_sees && valid && error is FrameError.OutOfMemory or FrameError.NotInDirectMap;
            Assert.IsTrue(error == expected || blind, $"{_where}: {error} instead of {expected} for {wish}");
            return;
        }

        MemoryZone served = _model.ZoneOf(token.Start);
        Assert.Contains(served, zones, $"{_where}: {wish} served from {served}");

        // Before other CPUs are asked for what they have at hand, other zones are.
        CheckNode(duty, token, wish);
        bool first = !duty.OnNode && _sees && (wish.IsPlain || (!kind.ManyCpus && !kind.Nmi));
        Assert.IsTrue(!first || zones[0] == served, $"{_where}: {wish} served from {served}");
        Assert.IsNull(_model.Take(wish, token.Start, token.Generation), $"{_where}: {wish}");
        Assert.AreEqual(wish.Request.Use, token.Use, _where);
        CheckContents(token, wish);
        _live.Add(token);
    }

    private Result<Token, FrameError> Ask(FrameWish wish)
    {
        if (wish.Run is { } frames)
        {
            bool ran = world.Allocator.AllocateContiguous(frames, wish.Request).TryGet(out OwnedFrameRange run, out FrameError refusal);
            return ran ? new Token(default, run) : refusal;
        }

        return AskForBlock(wish.Request).TryGet(out OwnedFrame block, out FrameError error) ? new Token(block, null) : error;
    }

    private Result<OwnedFrame, FrameError> AskForBlock(FrameRequest request)
    {
        // The short form takes what is at hand without a look at the marks: there must be nothing at hand while there are any.
        bool isShort = new FrameWish(request).IsPlain && request is { Zone: MemoryZone.Normal, ExactZone: false, IsEmergency: false, Node: -1 };
        if (_door == FrameDoor.Handle)
            return isShort ? world.Allocator.Allocate(request.Use) : world.Allocator.Allocate(in request);

        LocalFrameAllocator<SimulatedPlatform> cpu = Enter();
        Result<OwnedFrame, FrameError> result = isShort ? cpu.Allocate(request.Use) : cpu.Allocate(in request);
        cpu.Leave();
        return result;
    }

    private LocalFrameAllocator<SimulatedPlatform> Enter() => _door == FrameDoor.Nmi ? world.Allocator.EnterNmi() : world.Allocator.EnterCpu();

    private void CheckContents(Token token, FrameWish wish)
    {
        FrameRange<Size4KiB> range = token.Run?.Range ?? token.Block.Range;
        Assert.AreEqual((token.Start, wish.Count), (range.Start.Number, range.Count), _where);
        Span<byte> memory = world.Memory(range);
        Assert.IsFalse(memory.ContainsAnyExcept(wish.Request.Zeroed ? (byte)0 : FrameWorld.Filler), $"{_where}: contents");
        if (wish.Request.Zeroed)
            memory.Fill(FrameWorld.Filler);
    }

    private FrameWish AnyWish()
    {
        FrameUse use = random.Next(50) == 0 ? FrameUse.Reserved : (FrameUse)random.Next(1, (int)FrameUse.Reserved);
        int order = random.Next(3) == 0 ? random.Next(-1, 12) : random.Next(0, 4);
        FrameRequest request = FrameRequest.For(use).WithNode(kind.Nodes && random.Next(3) != 0 ? AnyNode() : -1);
        if (random.Next(4) == 0)
            return new FrameWish(request);

        request = request
            .WithZone((MemoryZone)random.Next(3))
            .WithOrder(order)
            .WithExactZone(random.Next(3) == 0)
            .WithZeroed(random.Next(5) == 0)
            .WithEmergency(random.Next(4) == 0);
        FrameWish wish = random.Next(5) == 0 ? new FrameWish(request, (ulong)AnyLength()) : new FrameWish(request);
        return random.Next(3) == 0 ? wish with { Request = Constrain(wish) } : wish;
    }

    private int AnyLength() => random.Next(8) switch
    {
        0 => random.Next(0, (int)world.Plan.TableEnd),
        1 => 512,
        2 => random.Next(2) * 262_145,
        _ => random.Next(1, 150),
    };

    private FrameRequest Constrain(FrameWish wish)
    {
        FrameRequest request = wish.Request;
        ulong anywhere = (ulong)random.Next(0, (int)world.Plan.TableEnd + 2);
        if (random.Next(3) == 0)
            request = request.WithLimit(PhysAddr.Create((anywhere * 4096) + (ulong)(random.Next(3) * random.Next(4096))));

        if (random.Next(3) == 0)
            request = request.WithAlignment((4096UL << random.Next(10)) - (random.Next(20) == 0 ? 1UL : 0));

        if (random.Next(3) == 0)
            request = request.WithBoundary((1024UL << random.Next(13)) + (random.Next(20) == 0 ? 1UL : 0));

        if (random.Next(4) == 0)
            request = request.WithStart(FrameWorld.At(random.Next(4) != 0 && wish.Count != 0 ? anywhere / wish.Count * wish.Count : anywhere));

        return request;
    }
}
