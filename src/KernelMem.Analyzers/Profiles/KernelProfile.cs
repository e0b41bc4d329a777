namespace KernelMem.Analyzers.Profiles;

/// <summary>How much of the rules a project takes on: the MSBuild property <c>KernelMemProfile</c>.</summary>
internal enum KernelProfile
{
    /// <summary>A kernel on a runtime, or any program: the allocation rules hold where attributes ask for them. The default.</summary>
    Hosted,

    /// <summary>A freestanding kernel: nothing may allocate but what is marked <c>[MayAlloc]</c>; every rule is an error.</summary>
    Kernel,

    /// <summary>As <see cref="Kernel"/>, but told as warnings: to see what a code base would have to change.</summary>
    Audit,

    /// <summary>No rules.</summary>
    Off,
}
