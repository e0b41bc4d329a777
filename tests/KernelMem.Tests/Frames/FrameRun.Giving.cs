using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Simulation;

namespace KernelMem.Tests.Frames;

/// <content>Frees, many at once, references, and memory that comes and goes.</content>
internal sealed partial class FrameRun
{
    private static FrameError ErrorOf(Result<FrameError> result) => result.TryGetError(out FrameError error) ? error : FrameError.None;

    private void FreeByToken(Token token)
    {
        FrameError expected = _model.FreesToken(token.Start, token.Generation);
        FrameError error;
        if (token.Run is { } run)
        {
            error = ErrorOf(world.Allocator.Free(run));
        }
        else if (_door == FrameDoor.Handle)
        {
            error = ErrorOf(world.Allocator.Free(token.Block));
        }
        else
        {
            LocalFrameAllocator<SimulatedPlatform> cpu = Enter();
            error = ErrorOf(cpu.Free(token.Block));
            cpu.Leave();
        }

        Assert.AreEqual(expected, error, $"{_where}: token of {token.Start}");
        if (error == FrameError.None)
            Forget(token.Start);
    }

    private void FreeAnything()
    {
        ulong number = AnyFrame();
        FrameUse use = AnyUse(number);
        FrameError expected = _model.Frees(number, use);
        FrameError error = FreeBare(number, use);
        Assert.AreEqual(expected, error, $"{_where}: frame {number} as {use}");
        if (error == FrameError.None)
            Forget(number);
    }

    private FrameError FreeBare(ulong number, FrameUse use)
    {
        if (_door == FrameDoor.Handle)
            return ErrorOf(world.Allocator.Free(FrameWorld.At(number), use));

        LocalFrameAllocator<SimulatedPlatform> cpu = Enter();
        FrameError error = ErrorOf(cpu.Free(FrameWorld.At(number), use));
        cpu.Leave();
        return error;
    }

    private ulong AnyFrame() => random.Next(2) == 0 && _live.Count != 0
        ? _live[random.Next(_live.Count)].Start
        : (ulong)random.Next(0, (int)world.Plan.TableEnd + 3);

    private FrameUse AnyUse(ulong number) => random.Next(3) == 0 || _model.BlockAt(number) is not { } block
        ? (FrameUse)random.Next(FrameUses.Count)
        : block.Use;

    private void Forget(ulong start)
    {
        _model.Give(start);
        int index = _live.FindIndex(token => token.Start == start);
        _past.Add(_live[index]);
        _live.RemoveAt(index);
    }

    private void ChangeReferences()
    {
        ulong number = AnyFrame();
        FrameUse use = AnyUse(number);
        if (random.Next(2) == 0)
        {
            FrameError expected = _model.Refers(number, use);
            Assert.AreEqual(expected, ErrorOf(world.Allocator.AddReference(FrameWorld.At(number), use)), $"{_where}: {number}");
            if (expected == FrameError.None)
                _model.BlockAt(number)!.References++;

            return;
        }

        Drop(number, use);
    }

    private void Drop(ulong number, FrameUse use)
    {
        FrameError expected = _model.Refers(number, use);
        bool dropped = world.Allocator.DropReference(FrameWorld.At(number), use).TryGet(out bool freed, out FrameError error);
        Assert.AreEqual(expected, dropped ? FrameError.None : error, $"{_where}: {number} as {use}");
        if (!dropped)
            return;

        FrameModel.Block block = _model.BlockAt(number)!;
        Assert.AreEqual(block.References == 1, freed, $"{_where}: {number}");
        if (freed)
            Forget(number);
        else
            block.References--;
    }

    private void AllocateMany(bool growing)
    {
        // Whoever does not see all of it may fail with any part of it taken meanwhile.
        if (!_sees)
            CallIn();

        int most = growing && random.Next(6) == 0 ? (int)world.Plan.TableEnd : 200;
        Frame[] frames = new Frame[random.Next(most)];
        FrameUse use = (FrameUse)random.Next(1, FrameUses.Count);
        FrameError error = AskForMany(use, frames);
        if (use == FrameUse.Reserved)
        {
            Assert.AreEqual(FrameError.InvalidRequest, error, _where);
            return;
        }

        Dictionary<MemoryZone, ulong>? parts = _model.TakesMany((ulong)frames.Length);
        Assert.AreEqual(parts is null ? FrameError.OutOfMemory : FrameError.None, error, $"{_where}: {frames.Length} frames");
        if (parts is null)
        {
            for (ulong number = 0; number < world.Plan.TableEnd; number++)
                Assert.IsTrue(_model.Learn(number, world.Allocator.GetInfo(FrameWorld.At(number)).Generation) || _model.UseOf(number) is null);

            return;
        }

        foreach ((MemoryZone zone, ulong part) in parts)
            Assert.AreEqual(part, (ulong)frames.LongCount(frame => _model.ZoneOf(frame.Number) == zone), $"{_where}: {zone}");

        foreach (Frame frame in frames)
        {
            uint generation = world.Allocator.GetInfo(frame).Generation;
            Assert.IsNull(_model.Take(new FrameWish(FrameRequest.For(use)), frame.Number, generation), _where);
            _live.Add(new Token(new OwnedFrame((uint)frame.Number, 0, use, generation), null));
        }
    }

    private FrameError AskForMany(FrameUse use, Frame[] frames)
    {
        if (_door == FrameDoor.Handle)
            return ErrorOf(world.Allocator.AllocateMany(use, frames));

        LocalFrameAllocator<SimulatedPlatform> cpu = Enter();
        FrameError error = ErrorOf(cpu.AllocateMany(use, frames));
        cpu.Leave();
        return error;
    }

    // Blocks of one use, in ascending order or in any, and now and then one that is none.
    private void FreeMany()
    {
        FrameUse use = _live.Count == 0 ? FrameUse.User : _live[random.Next(_live.Count)].Use;
        List<ulong> numbers = [.. _live.Where(token => token.Use == use).Select(token => token.Start).Take(random.Next(300))];
        if (random.Next(4) == 0)
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(numbers));
        else
            numbers.Sort();

        if (random.Next(4) == 0)
            numbers.Insert(random.Next(numbers.Count + 1), AnyFrame());

        Frame[] frames = [.. numbers.Select(FrameWorld.At)];
        int freed;
        FrameError error;
        if (_door == FrameDoor.Handle)
        {
            error = ErrorOf(world.Allocator.FreeMany(frames, use, out freed));
        }
        else
        {
            LocalFrameAllocator<SimulatedPlatform> cpu = Enter();
            error = ErrorOf(cpu.FreeMany(frames, use, out freed));
            cpu.Leave();
        }

        for (int index = 0; index < frames.Length; index++)
        {
            FrameError expected = _model.Frees(numbers[index], use);
            if (expected != FrameError.None)
            {
                Assert.AreEqual((expected, index), (error, freed), $"{_where}: frame {numbers[index]} as {use}");
                return;
            }

            Forget(numbers[index]);
        }

        Assert.AreEqual((FrameError.None, frames.Length), (error, freed), _where);
    }

    // What was removed is likely to be added again, whole or in part.
    private void ChangeMemory()
    {
        (ulong start, ulong count) = random.Next(2) == 0 && _removed.Count != 0 ? _removed[random.Next(_removed.Count)] : AnyRange();
        if (random.Next(8) == 0)
        {
            Assert.AreEqual(_model.Withdraw(start), ErrorOf(world.Allocator.Withdraw(FrameWorld.At(start))), $"{_where}: {start}");
            return;
        }

        bool part = random.Next(4) == 0;
        start += part ? count / 4 : 0;
        count -= part ? count / 3 : 0;
        if (random.Next(2) == 0)
        {
            FrameError removed = _model.Remove(start, count);
            Assert.AreEqual(removed, ErrorOf(world.Allocator.RemoveMemory(FrameWorld.Range(start, count))), $"{_where}: {start}+{count}");
            if (removed == FrameError.None)
                _removed.Add((start, count));

            return;
        }

        FrameError added = _model.Add(start, count);
        Assert.AreEqual(added, ErrorOf(world.Allocator.AddMemory(FrameWorld.Range(start, count))), $"{_where}: {start}+{count}");
    }

    private (ulong Start, ulong Count) AnyRange()
    {
        if (random.Next(2) == 0)
            return (AnyFrame(), (ulong)random.Next(1, random.Next(2) == 0 ? 20 : 700));

        // All of a huge frame, if one is free.
        ulong[] huge = [.. Enumerable.Range(0, (int)world.Plan.TableEnd / 512).Select(number => (ulong)number * 512).Where(IsFreeHuge)];
        return (huge.Length == 0 ? AnyFrame() : huge[random.Next(huge.Length)], 512);
    }

    private bool IsFreeHuge(ulong start)
    {
        ulong number = start;
        while (number < start + 512 && _model.UseOf(number) == FrameUse.None)
            number++;

        return number == start + 512;
    }

    // With a low mark that is never reached, nothing is at hand, and so the numbers are exact even for those who look at no mark.
    private unsafe void ChangeMarks()
    {
        MemoryZone zone = (MemoryZone)random.Next(3);
        ulong most = (_model.Total(zone) / 3) + 2;
        ulong min = (ulong)random.Next((int)most);
        ulong reserve = (ulong)random.Next((int)most);
        Watermarks marks = random.Next(4) switch
        {
            0 => default,
            1 => new Watermarks { FallbackReserve = reserve },
            _ => new Watermarks { Min = min, Low = 1 << 30, High = 1 << 30, FallbackReserve = random.Next(2) == 0 ? reserve : 0 },
        };
        _model.Zones[zone].Marks = marks;
        world.Allocator.SetWatermarks(zone, marks, null, null);
    }
}
