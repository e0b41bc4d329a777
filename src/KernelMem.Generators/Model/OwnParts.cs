using System;

namespace KernelMem.Generators.Model;

/// <summary>What the user has written, and the generator therefore does not.</summary>
[Flags]
internal enum OwnParts
{
    None = 0,
    ToString = 1,
    DebuggerDisplay = 2,
    StructLayout = 4,
    ExpectedSize = 8,
}
