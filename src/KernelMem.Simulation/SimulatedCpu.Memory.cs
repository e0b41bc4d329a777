using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelMem.Addresses;

namespace KernelMem.Simulation;

/// <content>Accesses to memory.</content>
public sealed partial class SimulatedCpu
{
    private const int PageBytes = 4096;

    // A handler that keeps saying "resolved" while the access keeps faulting would hang the test.
    private const int MaxFaultsPerAccess = 64;

    /// <summary>Reads an object of at most 4096 bytes with the current <see cref="Privilege"/>.</summary>
    /// <exception cref="SimulatedFaultException">The access faulted, and nothing resolved it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The translation leads out of physical memory.</exception>
    public T Read<T>(VirtAddr address)
        where T : unmanaged
    {
        T value = default;
        Access(address, MemoryAccess.Read, MemoryMarshal.AsBytes(new Span<T>(ref value)));
        return value;
    }

    /// <summary>Writes an object of at most 4096 bytes with the current <see cref="Privilege"/>: all of it or, on a fault, none.</summary>
    /// <exception cref="SimulatedFaultException">The access faulted, and nothing resolved it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The translation leads out of physical memory.</exception>
    public void Write<T>(VirtAddr address, T value)
        where T : unmanaged => Access(address, MemoryAccess.Write, MemoryMarshal.AsBytes(new Span<T>(ref value)));

    /// <summary>Reads a byte.</summary>
    /// <exception cref="SimulatedFaultException">The access faulted, and nothing resolved it.</exception>
    public byte ReadByte(VirtAddr address) => Read<byte>(address);

    /// <summary>Writes a byte.</summary>
    /// <exception cref="SimulatedFaultException">The access faulted, and nothing resolved it.</exception>
    public void WriteByte(VirtAddr address, byte value) => Write(address, value);

    /// <summary>Fetches the first byte of an instruction.</summary>
    /// <exception cref="SimulatedFaultException">The access faulted, and nothing resolved it.</exception>
    public byte Fetch(VirtAddr address)
    {
        byte value = 0;
        Access(address, MemoryAccess.Execute, new Span<byte>(ref value));
        return value;
    }

    /// <summary>
    /// Copies between kernel and user memory, forwards, as supervisor with access to user pages allowed. It ends at the first
    /// fault that <see cref="PageFaultHandler"/> does not resolve.
    /// </summary>
    /// <returns>How many bytes were not copied.</returns>
    public ulong CopyUser(VirtAddr destination, VirtAddr source, ulong length)
    {
        (Privilege privilege, bool userAccess) = (Privilege, UserAccessAllowed);
        (Privilege, UserAccessAllowed) = (Privilege.Supervisor, true);
        try
        {
            ulong left = length;
            while (left > 0)
            {
                VirtAddr from = Advance(source, length - left);
                VirtAddr to = Advance(destination, length - left);
                int part = (int)Math.Min(left, (ulong)Math.Min(RestOfPage(from), RestOfPage(to)));
                if (!TryReach(from, MemoryAccess.Read, part, out Span<byte> input, out _)
                    || !TryReach(to, MemoryAccess.Write, part, out Span<byte> output, out _))
                    break;

                input.CopyTo(output);
                left -= (ulong)part;
            }

            return left;
        }
        finally
        {
            (Privilege, UserAccessAllowed) = (privilege, userAccess);
        }
    }

    /// <summary>Fills memory with zeros, page by page, with the current <see cref="Privilege"/>.</summary>
    /// <exception cref="SimulatedFaultException">The access faulted, and nothing resolved it. Bytes before that one are clear.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The translation leads out of physical memory.</exception>
    public void ClearMemory(VirtAddr address, ulong length)
    {
        for (ulong done = 0; done < length;)
        {
            PollInterrupts();
            VirtAddr at = Advance(address, done);
            int part = (int)Math.Min(length - done, (ulong)RestOfPage(at));
            Reach(at, MemoryAccess.Write, part).Clear();
            done += (ulong)part;
        }
    }

    /// <summary>Copies memory, forwards and page by page, with the current <see cref="Privilege"/>.</summary>
    /// <exception cref="SimulatedFaultException">An access faulted, and nothing resolved it. Bytes before that one are copied.</exception>
    /// <exception cref="ArgumentException">Destination and source overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A translation leads out of physical memory.</exception>
    public void CopyMemory(VirtAddr destination, VirtAddr source, ulong length)
    {
        // Neither starts inside the other; the differences wrap around.
        ulong forward = unchecked(destination.Value - source.Value);
        if (length != 0 && (forward < length || unchecked(0 - forward) < length))
            throw new ArgumentException($"{length} bytes at {source} and at {destination} overlap", nameof(destination));

        for (ulong done = 0; done < length;)
        {
            PollInterrupts();
            VirtAddr from = Advance(source, done);
            VirtAddr to = Advance(destination, done);
            int part = (int)Math.Min(length - done, (ulong)Math.Min(RestOfPage(from), RestOfPage(to)));
            Span<byte> input = Reach(from, MemoryAccess.Read, part);
            input.CopyTo(Reach(to, MemoryAccess.Write, part));
            done += (ulong)part;
        }
    }

    private void Access(VirtAddr address, MemoryAccess access, Span<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, PageBytes, nameof(bytes));
        PollInterrupts();

        // Both pages of an access that crosses from one to the next must allow it before anything is changed.
        int first = Math.Min(bytes.Length, RestOfPage(address));
        PhysAddr place = Locate(address, access);
        PhysAddr? nextPlace = first < bytes.Length ? Locate(Advance(address, (ulong)first), access) : null;
        Transfer(access, place, bytes[..first], nextPlace, bytes[first..]);
    }

    private void Transfer(MemoryAccess access, PhysAddr place, Span<byte> bytes, PhysAddr? nextPlace, Span<byte> nextBytes)
    {
        Span<byte> memory = Machine.Memory.Bytes(place, bytes.Length);
        Span<byte> nextMemory = nextPlace is { } next ? Machine.Memory.Bytes(next, nextBytes.Length) : default;
        if (access == MemoryAccess.Write)
        {
            Copy(bytes, memory);
            nextBytes.CopyTo(nextMemory);
        }
        else
        {
            Copy(memory, bytes);
            nextMemory.CopyTo(nextBytes);
        }
    }

    /// <summary>Objects of 8, 4 and 2 bytes move at once, so that another CPU sees all or nothing of an aligned one.</summary>
    private static void Copy(ReadOnlySpan<byte> from, Span<byte> to)
    {
        ref byte target = ref MemoryMarshal.GetReference(to);
        ref byte source = ref MemoryMarshal.GetReference(from);
        switch (from.Length)
        {
            case sizeof(ulong):
                Unsafe.WriteUnaligned(ref target, Unsafe.ReadUnaligned<ulong>(in source));
                break;
            case sizeof(uint):
                Unsafe.WriteUnaligned(ref target, Unsafe.ReadUnaligned<uint>(in source));
                break;
            case sizeof(ushort):
                Unsafe.WriteUnaligned(ref target, Unsafe.ReadUnaligned<ushort>(in source));
                break;
            default:
                from.CopyTo(to);
                break;
        }
    }

    private PhysAddr Locate(VirtAddr address, MemoryAccess access)
    {
        if (!TryLocate(address, access, out PhysAddr place, out SimulatedFaultException? unresolved))
            throw unresolved;
        return place;
    }

    private bool TryLocate(
        VirtAddr address,
        MemoryAccess access,
        out PhysAddr place,
        [NotNullWhen(false)] out SimulatedFaultException? unresolved)
    {
        for (int faults = 0; ; faults++)
        {
            MmuResult result = Translate(address, access);
            if (result.Outcome == MmuOutcome.Translated)
            {
                place = result.Translation.Address;
                unresolved = null;
                return true;
            }

            if (faults == MaxFaultsPerAccess)
                throw new SimulatedFaultException(address, result, $": the handler resolved it {faults} times in vain");
            if (result.Outcome != MmuOutcome.PageFault || !Handle(result.Fault))
            {
                place = default;
                unresolved = new SimulatedFaultException(address, result);
                return false;
            }
        }
    }

    private bool Handle(SimulatedPageFault fault)
    {
        _faults++;
        Cr2 = fault.Address.Value;
        if (PageFaultHandler is not { } handler)
            return false;

        bool resolved = false;
        bool interruptsEnabled = _interruptsEnabled;
        _interruptsEnabled = false;
        try
        {
            RunAsSupervisor(() => resolved = handler(this, fault));
        }
        finally
        {
            _interruptsEnabled = interruptsEnabled;
        }

        return resolved;
    }

    /// <summary>The bytes of one page, where they are in the host.</summary>
    private Span<byte> Reach(VirtAddr address, MemoryAccess access, int length) =>
        TryReach(address, access, length, out Span<byte> bytes, out SimulatedFaultException? unresolved) ? bytes : throw unresolved;

    /// <inheritdoc cref="Reach"/>
    private unsafe bool TryReach(
        VirtAddr address,
        MemoryAccess access,
        int length,
        out Span<byte> bytes,
        [NotNullWhen(false)] out SimulatedFaultException? unresolved)
    {
        unresolved = null;
        if (Machine.HostPointers is { } host && host.Contains(address))
        {
            // SAFETY: the test declared these addresses to be its own memory.
            bytes = new Span<byte>((void*)address.Value, length);
            return true;
        }

        bool reached = TryLocate(address, access, out PhysAddr place, out unresolved);
        bytes = reached ? Machine.Memory.Bytes(place, length) : default;
        return reached;
    }

    private static int RestOfPage(VirtAddr address) => PageBytes - (int)(address.Value & (PageBytes - 1));

    private static VirtAddr Advance(VirtAddr address, ulong bytes) => VirtAddr.CreateUnchecked(unchecked(address.Value + bytes));
}
