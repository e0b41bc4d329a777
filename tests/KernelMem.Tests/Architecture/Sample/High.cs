using System;
using KernelMem.Tests.Architecture.Sample.Low;

namespace KernelMem.Tests.Architecture.Sample.High;

/// <summary>Things that the floor below must not know.</summary>
public struct Upper
{
    public int Number;

    public static int Count => 1;

    public static T Same<T>(T value) => value;
}

public interface IUpper;

public class UpperClass;

public sealed class UpperException : Exception;

[AttributeUsage(AttributeTargets.All)]
public sealed class UpperAttribute : Attribute;

/// <summary>Looks down and around: as it should.</summary>
public sealed class LooksDown
{
    public Innocent Below { get; } = new();

    public Upper Beside { get; }

    public int Sum() => Below.Number + Upper.Count + Upper.Same(Beside).Number;
}
