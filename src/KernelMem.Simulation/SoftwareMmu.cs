using System;
using KernelMem.Addresses;
using KernelMem.Simulation.Walk;

namespace KernelMem.Simulation;

/// <summary>
/// Translates addresses by walking the tables in a simulated memory, as the processor manual says (Intel SDM Vol. 3A ch. 4,
/// "Paging"; 4-level and 5-level paging). It keeps nothing between walks: a CPU's caches do that.
/// </summary>
/// <remarks>
/// <para>The walk itself is <see cref="TableWalk"/>, which a kernel can run over its own tables too. It is written from the manual alone,
/// with none of the library's entry layouts, so that it can judge them.</para>
/// <para>Where the manual leaves a choice: a walk that faults changes no accessed flag, also not in the entries above the
/// failing one; a table beyond the end of memory reads as all ones.</para>
/// <para>Not simulated: shadow stacks, linear-address masking, implicit supervisor accesses, MTRRs.</para>
/// </remarks>
public sealed class SoftwareMmu
{
    private readonly PhysicalWords _memory;
    private readonly WalkFeatures _features;

    /// <summary>An MMU over a memory.</summary>
    /// <param name="memory">Where the tables are.</param>
    /// <param name="features">What the processor can do; the usual if null.</param>
    /// <exception cref="InvalidOperationException">The encryption bit is below the physical address size or above 51.</exception>
    public SoftwareMmu(SimulatedMemory memory, MmuFeatures? features = null)
    {
        ArgumentNullException.ThrowIfNull(memory);
        _memory = new PhysicalWords(memory);
        _features = (features ?? new MmuFeatures()).ToWalk();
    }

    /// <summary>
    /// Translates for an access that is about to happen: if it is allowed, the accessed flag of every entry used and, for a
    /// write, the dirty flag of the last one are set (§4.8).
    /// </summary>
    /// <exception cref="ArgumentException">The registers ask for what is not simulated.</exception>
    public MmuResult Translate(MmuRegisters registers, VirtAddr address, MemoryAccess access, Privilege privilege)
    {
        ThrowIfUnsupported(registers);
        return MmuResult.Of(
            TableWalk.Translate(_memory, registers.ToWalk(), _features, address.Value, access.By(privilege)), address);
    }

    /// <summary>As <see cref="Translate"/>, but changes nothing: what would the access meet?</summary>
    /// <exception cref="ArgumentException">The registers ask for what is not simulated.</exception>
    public MmuResult Probe(MmuRegisters registers, VirtAddr address, MemoryAccess access, Privilege privilege)
    {
        ThrowIfUnsupported(registers);
        return MmuResult.Of(TableWalk.Probe(_memory, registers.ToWalk(), _features, address.Value, access.By(privilege)), address);
    }

    internal static void ThrowIfUnsupported(in MmuRegisters registers)
    {
        if (!registers.IsSupported)
            throw new ArgumentException("IA-32e paging only, without LAM and CET", nameof(registers));
    }
}
