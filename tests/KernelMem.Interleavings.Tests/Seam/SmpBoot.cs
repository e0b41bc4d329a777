namespace KernelMem.Machine;

/// <summary>In the place of the machine's: how many CPUs a remote fence has room for.</summary>
internal static class SmpBoot
{
    public const int Limit = 3;
}
