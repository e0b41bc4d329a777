using System;
using System.Collections.Generic;
using System.Threading;
using KernelMem.Tests.Architecture.Sample.High;

namespace KernelMem.Tests.Architecture.Sample.Low;

/// <summary>Keeps to its floor.</summary>
public sealed class Innocent
{
    public int Number { get; set; }

    public Innocent? Next { get; set; }

    public List<Innocent> All() => [this];
}

public sealed class ByField
{
    public Upper _upper;
}

public static class ByParameter
{
    public static void Take(Upper upper) => _ = upper;
}

public static class ByReturn
{
    public static Upper? Give() => null;
}

public static class ByTest
{
    public static bool Use(object value) => value is Upper;
}

public static class ByCall
{
    public static int Use() => Upper.Count;
}

public static class ByGenericCall
{
    public static int Use() => Array.Empty<Upper>().Length;
}

public sealed class ByGenericArgument
{
    public List<Upper>? _list;
}

public sealed class ByInterface : IUpper;

public sealed class ByBase : UpperClass;

public sealed class ByConstraint<T>
    where T : IUpper;

[Upper]
public sealed class ByMark;

public sealed unsafe class ByPointer
{
    public Upper* _pointer;
}

public sealed unsafe class ByFunctionPointer
{
    public delegate*<Upper, void> _function;
}

public static class ByTypeOf
{
    public static Type Use() => typeof(Upper);
}

public static class ByCatch
{
    public static void Use(Action action)
    {
        try
        {
            action();
        }
        catch (UpperException)
        {
            // Only the mention counts.
        }
    }
}

public static class ByNested
{
    public static class Inner
    {
        public static int Use() => Upper.Count;
    }
}

public static class UsesInterlocked
{
    public static int Use(ref int location) => Interlocked.Increment(ref location);
}

public static class UsesVolatile
{
    public static int Use(ref int location) => Volatile.Read(ref location);
}

/// <summary>The one that may.</summary>
public static class Seam
{
    public static int Use(ref int location) => Interlocked.Increment(ref location) + Volatile.Read(ref location);
}

public sealed class ByFrontDoor
{
    public FrontDoor _door;
}
