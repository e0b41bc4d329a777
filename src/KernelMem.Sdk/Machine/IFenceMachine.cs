namespace KernelMem.Machine;

/// <summary>What a <see cref="RemoteFence"/> needs of the machine.</summary>
internal interface IFenceMachine
{
    /// <summary>How many CPUs are up. They are numbered from 0 on.</summary>
    int CpuCount { get; }

    /// <summary>
    /// Interrupts another CPU and does not wait. There may be one such interrupt waiting while one is handled: any more are the same one.
    /// </summary>
    void SendNonMaskable(int cpu);

    /// <summary>Tells the CPU that it is in a waiting loop.</summary>
    void Pause();
}
