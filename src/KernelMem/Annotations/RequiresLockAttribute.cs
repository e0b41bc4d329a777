using System;

namespace KernelMem.Annotations;

/// <summary>
/// The member may be used only while a lock is held.
/// </summary>
/// <remarks>
/// Read by the context rules (KM6008).
/// </remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Field, AllowMultiple = true)]
public sealed class RequiresLockAttribute : Attribute
{
    /// <summary>Declares the lock.</summary>
    /// <param name="lockName">The name of the field that is the lock: <c>nameof(_lock)</c>.</param>
    public RequiresLockAttribute(string lockName) => LockName = lockName;

    /// <summary>The name of the field that is the lock.</summary>
    public string LockName { get; }
}
