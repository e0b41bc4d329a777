namespace BootKernel;

/// <summary>What a page may be used for. There is no kind that is both writable and executable.</summary>
internal enum PageRights
{
    /// <summary>Constants, and the direct-map alias of code.</summary>
    ReadOnly,

    /// <summary>Data, stacks, the direct map.</summary>
    ReadWrite,

    /// <summary>Code.</summary>
    ReadExecute,

    /// <summary>Data of a user program; the kernel reaches it by user copies.</summary>
    UserReadWrite,

    /// <summary>Registers and buffers of devices: read and write, uncacheable.</summary>
    Device,
}
