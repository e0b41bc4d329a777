using System;

namespace KernelMem.Interleavings.Tests.Exploring;

/// <content>The accesses, and what is noted of them.</content>
internal sealed unsafe partial class Execution
{
    private ulong LoadBits(nuint address, int size)
    {
        Cpu cpu = Arrive(address, size);
        if (IsPoint(Locations.Touch(address >> 3, cpu.Agent, 0)))
            Point(cpu, switching: true);

        // Even if the CPU would read a store of its own: that and another's may both have reached memory before.
        SettleOthers(cpu, address, size);
        ulong value = ReadMemory(address, size);
        bool own = cpu.Buffer.Forward(address, size, ref value);

        if (_log is not null)
            LogAccess(cpu, own ? "reads back" : "reads", address, size, $"= 0x{value:X}");
        NoteRead(cpu, address, value, own);
        PointBehind(cpu);
        return value;
    }

    private void StoreBits(nuint address, int size, ulong value)
    {
        Cpu cpu = Arrive(address, size);
        bool isPoint = IsPoint(Locations.Touch(address >> 3, 0, cpu.Agent));
        if (!_bounds.StoreBuffers)
        {
            if (isPoint)
                Point(cpu, switching: true);

            if (_log is not null)
                LogAccess(cpu, "writes", address, size, $"= 0x{value:X}");
            NoteWrite(cpu, address, Hash.Mix(cpu.History, value), ofCpu: true);
            Commit(address, size, value);
            return;
        }

        // Only interrupts of this CPU can see when it enters the buffer; what others see is when it leaves.
        if (isPoint)
        {
            Point(cpu, switching: false);
            cpu.IsFresh = false;
        }

        cpu.History = Hash.Mix(Hash.Mix(cpu.History, address), value);
        cpu.Buffer.Add(address, size, value, cpu.History);
        if (_log is not null)
            LogAccess(cpu, "stores", address, size, $"= 0x{value:X} (buffered)");
    }

    private ulong CompareExchangeBits(nuint address, int size, ulong expected, ulong desired)
    {
        if (_bounds.Fault == Fault.SplitLocked)
        {
            ulong read = LoadBits(address, size);
            if (read == expected)
                StoreBits(address, size, desired);

            return read;
        }

        Cpu cpu = ArriveLocked(address, size);
        ulong before = ReadMemory(address, size);
        if (before != expected)
        {
            if (_log is not null)
                LogAccess(cpu, "fails to exchange", address, size, $"= 0x{before:X}, not 0x{expected:X}");
            NoteRead(cpu, address, before, own: false);
            PointBehind(cpu);
            return _bounds.Fault == Fault.FailedExchangeSaysYes ? expected : before;
        }

        if (_log is not null)
            LogAccess(cpu, "exchanges", address, size, $": 0x{before:X} -> 0x{desired:X}");
        WriteLocked(cpu, address, size, desired);
        PointBehind(cpu);
        return before;
    }

    private ulong ModifyBits(nuint address, int size, Operation operation, ulong operand)
    {
        if (_bounds.Fault == Fault.SplitLocked)
        {
            ulong read = LoadBits(address, size);
            StoreBits(address, size, Apply(operation, read, operand));
            return read;
        }

        Cpu cpu = ArriveLocked(address, size);
        ulong before = ReadMemory(address, size);
        ulong after = Apply(operation, before, operand);
        if (_log is not null)
            LogAccess(cpu, "modifies", address, size, $"({operation}): 0x{before:X} -> 0x{after & (ulong.MaxValue >> (64 - (size * 8))):X}");
        WriteLocked(cpu, address, size, after);
        PointBehind(cpu);
        return before;
    }

    private void WriteLocked(Cpu cpu, nuint address, int size, ulong value)
    {
        ref Location location = ref Locations.Touch(address >> 3, cpu.Agent, cpu.Agent);
        cpu.Reads.Add(address >> 3, location.Version);
        ulong cause = Hash.Mix(cpu.History, _bounds.ByValue ? ReadMemory(address, size) : value);
        NoteWrite(cpu, address, cause, ofCpu: true);
        Commit(address, size, value);
    }

    private Cpu Arrive(nuint address, int size)
    {
        Cpu cpu = _running;
        CountStep(cpu);
        if (address % (nuint)size != 0)
            throw new InvalidOperationException($"{_program.NameOf(address, size)} is not aligned.");

        return cpu;
    }

    /// <summary>A locked instruction: all of the CPU's stores reach memory first.</summary>
    private Cpu ArriveLocked(nuint address, int size)
    {
        Cpu cpu = Arrive(address, size);
        if (IsPoint(Locations.Touch(address >> 3, cpu.Agent, 0)) || HoldsShared(cpu))
            Point(cpu, switching: true);

        Drain(cpu);
        SettleOthers(cpu, address, size);
        return cpu;
    }

    private void PointBehind(Cpu cpu)
    {
        // Which plain data is shared cannot be seen, so that each access counts.
        if (_bounds.PlainData)
        {
            cpu.History = Hash.Mix(cpu.History, 'b');
            cpu.IsFresh = false;
            Point(cpu, switching: true);
        }
    }

    private bool IsPoint(in Location location) => location.IsShared || _schedule.WantsEveryPoint;

    private void NoteRead(Cpu cpu, nuint address, ulong value, bool own)
    {
        ref Location location = ref Locations.Find(address >> 3);
        ulong seen = _bounds.ByValue ? value : own ? 1 : location.WriteHash;
        cpu.History = Hash.Mix(Hash.Mix(cpu.History, address), seen);
        if (!own)
            location.ReadHash = unchecked(location.ReadHash + Hash.Mix(cpu.History, 'r'));

        if (cpu.Reads.Add(address >> 3, location.Version) > MaxRepeats)
            Wait(cpu);
    }

    private void NoteWrite(Cpu cpu, nuint address, ulong cause, bool ofCpu)
    {
        nuint granule = address >> 3;
        ref Location location = ref Locations.Find(granule);
        ulong hash = Hash.Mix(cause, address);
        if (!_bounds.ByValue)
            hash = Hash.Mix(Hash.Mix(hash, location.WriteHash), location.ReadHash);

        location.WriteHash = hash;
        location.ReadHash = 0;
        location.Version++;
        if (ofCpu)
            cpu.History = hash;
        else if (!_bounds.ByValue)
            cpu.BufferHistory = Hash.Mix(cpu.BufferHistory, hash);

        cpu.Reads.Forgive(granule, location.Version);
        foreach (Cpu other in _cpus)
        {
            other.VainLooks = 0;
            if (other != cpu && other.IsWaiting && other.Reads.Contains(granule))
                other.IsWaiting = false;
        }
    }

    /// <summary>Writes memory, and keeps <see cref="_memory"/> at what it stands for.</summary>
    private void Commit(nuint address, int size, ulong value)
    {
        nuint granule = address >> 3;
        ulong before = ReadMemory(granule << 3, 8);
        WriteMemory(address, size, value);
        ulong after = ReadMemory(granule << 3, 8);
        _memory = unchecked(_memory + Hash.Mix(after, granule) - Hash.Mix(before, granule));
    }

    private void LogAccess(Cpu cpu, string verb, nuint address, int size, string rest) =>
        Log(cpu, $"{verb} {_program.NameOf(address, size)} {rest}");
}
