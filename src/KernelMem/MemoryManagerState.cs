namespace KernelMem;

/// <summary>How far a <see cref="MemoryManager{TPlatform}"/> has come. Each state allows what those before it do.</summary>
public enum MemoryManagerState : byte
{
    /// <summary>It was never created: a default value.</summary>
    None = 0,

    /// <summary>Frames can be allocated and freed.</summary>
    Frames,

    /// <summary>The kernel's address space exists, and can be filled, but is not in use yet.</summary>
    Paging,

    /// <summary>The kernel's address space is in use: regions can be allocated, address spaces made, other CPUs let in.</summary>
    Active,

    /// <summary>The heap is there too: everything works.</summary>
    Ready,
}
