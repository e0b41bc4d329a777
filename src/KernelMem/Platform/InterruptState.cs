using System;

namespace KernelMem.Platform;

/// <summary>
/// Whether a CPU accepted interrupts when <see cref="IPlatform.SaveInterrupts"/> turned them off: what
/// <see cref="IPlatform.RestoreInterrupts"/> goes back to.
/// </summary>
public readonly struct InterruptState : IEquatable<InterruptState>
{
    private InterruptState(bool wereEnabled) => WereEnabled = wereEnabled;

    /// <summary>Interrupts were accepted.</summary>
    public static InterruptState Enabled => new(wereEnabled: true);

    /// <summary>Interrupts were off already.</summary>
    public static InterruptState Disabled => default;

    /// <summary>Whether interrupts were accepted.</summary>
    public bool WereEnabled { get; }

    /// <summary>The state that bit 9 (IF) of an RFLAGS value tells (Intel SDM Vol. 1 §3.4.3.3).</summary>
    public static InterruptState FromFlags(ulong flags) => new((flags & (1UL << 9)) != 0);

    /// <summary>Whether the states are the same.</summary>
    public static bool operator ==(InterruptState left, InterruptState right) => left.WereEnabled == right.WereEnabled;

    /// <summary>Whether the states differ.</summary>
    public static bool operator !=(InterruptState left, InterruptState right) => left.WereEnabled != right.WereEnabled;

    /// <inheritdoc/>
    public bool Equals(InterruptState other) => WereEnabled == other.WereEnabled;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is InterruptState other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => WereEnabled ? 1 : 0;
}
