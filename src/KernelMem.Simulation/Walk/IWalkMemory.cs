namespace KernelMem.Simulation.Walk;

/// <summary>Physical memory, as a walk of page tables needs it. Implement it with a struct: a walk takes it as a type parameter.</summary>
public interface IWalkMemory
{
    /// <summary>Whether there is memory at the 8 bytes from <paramref name="address"/> on, a multiple of 8.</summary>
    bool Contains(ulong address);

    /// <summary>Reads the 8 bytes at <paramref name="address"/> at once. Asked only where <see cref="Contains"/> says true.</summary>
    ulong Read(ulong address);

    /// <summary>
    /// Replaces the 8 bytes at <paramref name="address"/> if they still are <paramref name="expected"/>, in one step (LOCK CMPXCHG).
    /// Asked only where <see cref="Contains"/> says true.
    /// </summary>
    /// <returns>Whether they were.</returns>
    bool CompareExchange(ulong address, ulong expected, ulong replacement);
}
